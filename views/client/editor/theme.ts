import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags as t } from '@lezer/highlight'

// Every colour is one of the house's, so light and dark follow by themselves and keep the contrast that is tested there.
const look = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'var(--sheet)',
    color: 'var(--ink)',
    fontSize: 'var(--text-code, 0.8125rem)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overscrollBehavior: 'contain' },
  '.cm-content': { caretColor: 'var(--ink)', padding: 'var(--s2) 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunk)',
    color: 'var(--ink-3)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--accent) 14%, transparent)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft)',
    outline: '1px solid var(--line-control)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--mark-warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--mark-warn) 45%, transparent)' },
})

const floating = EditorView.theme({
  '.cm-tooltip': {
    backgroundColor: 'var(--sheet)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--round)',
    fontFamily: 'var(--sans)',
    fontSize: 'var(--text-small)',
    maxWidth: 'min(28rem, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.2rem 0.6rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--ink)', color: 'var(--paper)' },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: 'var(--s2) var(--s3)', maxWidth: 'min(22rem, 90vw)' },
  '.cm-about': { padding: 'var(--s2) var(--s3)' },
  '.cm-diagnostic': { padding: 'var(--s2) var(--s3)', borderLeft: '3px solid var(--mark-bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--mark-bad)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--mark-bad)' },
  '.cm-lint-marker-error': {
    content: 'none',
    borderRadius: '50%',
    backgroundColor: 'var(--mark-bad)',
    width: '0.6em',
    height: '0.6em',
    margin: '0.5em 0.2em',
  },
  '.cm-panels': { backgroundColor: 'var(--sunk)', color: 'var(--ink)', fontFamily: 'var(--sans)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: 'var(--s2) var(--s3)' },
  '.cm-panel.cm-search label': { fontSize: 'var(--text-small)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink-2)', fontSize: 'var(--text-lead)' },
  '.cm-textfield': {
    border: '1px solid var(--line-control)',
    borderRadius: 'var(--round)',
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
  },
  '.cm-button': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--round)',
    background: 'var(--sheet)',
    color: 'var(--ink)',
  },
})

const compared = EditorView.theme({
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--bad-soft)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--ok-soft)' },
  // A line below, no stronger ground: every colour of the code is read on the soft one.
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'none',
    textDecoration: 'underline 2px var(--mark-bad)',
  },
  '&.cm-merge-b .cm-changedText': { background: 'none', textDecoration: 'underline 2px var(--mark-ok)' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '1px' },
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { backgroundColor: 'var(--mark-bad)' },
  '&.cm-merge-b .cm-changedLineGutter': { backgroundColor: 'var(--mark-ok)' },
  '.cm-collapsedLines': { background: 'var(--sunk)', color: 'var(--ink-2)', fontFamily: 'var(--sans)' },
})

// Told apart by more than hue: names are heavier, comments lean.
const code = HighlightStyle.define([
  { tag: [t.comment, t.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [t.keyword, t.operatorKeyword, t.self, t.null, t.bool, t.modifier], color: 'var(--accent)' },
  { tag: [t.string, t.special(t.string), t.escape, t.monospace], color: 'var(--ok)' },
  { tag: [t.number, t.link, t.url], color: 'var(--warn)' },
  { tag: [t.definition(t.variableName), t.function(t.definition(t.variableName))], fontWeight: '650' },
  { tag: [t.className, t.definition(t.className), t.heading, t.strong], fontWeight: '650' },
  { tag: [t.propertyName, t.definition(t.propertyName), t.attributeName], color: 'var(--accent)' },
  { tag: t.emphasis, fontStyle: 'italic' },
])

/** The look of the editor, and of two texts beside each other. */
export const theme: Extension = [look, floating, compared, syntaxHighlighting(code)]
