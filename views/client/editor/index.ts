import { startEditor } from './editor.ts'

// The only script of the page beyond those of every page; without it the form works as it is.
const form = document.querySelector<HTMLFormElement>('form[data-edit]')
if (form) startEditor(form)
