type Configured = CustomEvent<{ verb: string; path: string; parameters: Record<string, string> }>

/** Keeps addresses of filtered lists short, and asks for no list that is shown already. */
export function tidyFilters(): void {
  document.body.addEventListener('htmx:configRequest', (event) => {
    const { verb, path, parameters } = (event as Configured).detail
    if (verb !== 'get' || !(event.target as Element).matches('form.filters')) return
    for (const name of Object.keys(parameters)) if (parameters[name] === '') delete parameters[name]
    const query = new URLSearchParams(parameters).toString()
    // Leaving a field that was typed into says again that it changed.
    if (location.pathname === path && location.search.slice(1) === query) event.preventDefault()
  })
}
