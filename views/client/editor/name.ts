type Options = {
  isTaken: (path: string) => boolean
  canRename: () => boolean
  rename: (to: string) => void
}

/** The field with the open file's name; another name there is a rename. */
export function createName(input: HTMLInputElement, { isTaken, canRename, rename }: Options) {
  let shown = input.value

  input.addEventListener('input', () => input.setCustomValidity(''))
  input.addEventListener('change', () => {
    const to = input.value.trim()
    if (to === shown) return
    const fault = faultOf(to)
    input.setCustomValidity(fault)
    if (fault === '') rename(to)
    else input.reportValidity()
  })

  // What else may be wrong with a path the server says, as it does of every edit.
  function faultOf(to: string): string {
    if (to === '') return 'Write a name.'
    if (isTaken(to)) return 'There is such a file already; choose another name.'
    if (/^\/|(^|\/)\.{1,2}(\/|$)|\/\/|\/$/.test(to))
      return 'Write it from the folder of the script on, without ..'
    return canRename() ? '' : 'Only text can be renamed here; rename this with git.'
  }

  return {
    show(path: string) {
      if (path === shown) return
      shown = path
      input.value = path
      input.setCustomValidity('')
    },
    ask() {
      input.focus()
      input.select()
    },
  }
}
