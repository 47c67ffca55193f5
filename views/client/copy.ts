const SAID_MS = 2000

/** Makes the buttons copy what they stand for; where the browser forbids it, the text beside is selected instead. */
export function offerCopies(): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest<HTMLElement>('button[data-copy]')
    if (button) void copy(button)
  })
}

async function copy(button: HTMLElement): Promise<void> {
  const word = button.querySelector('span')!
  const before = word.textContent
  word.textContent =
    (await navigator.clipboard?.writeText(button.dataset.copy!).then(
      () => 'Copied',
      () => select(button),
    )) ?? select(button)
  setTimeout(() => (word.textContent = before), SAID_MS)
}

function select(button: HTMLElement): string {
  const text = button.parentElement?.querySelector('pre')
  if (text) getSelection()?.selectAllChildren(text)
  return 'Selected'
}
