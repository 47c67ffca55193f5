import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { Check, TextArea, Token } from '../components/form.tsx'
import { Sheet } from '../components/sheet.tsx'
import type { ScriptView } from './_facts.tsx'
import { scriptHref } from './_table.tsx'

export type RunFormProps = {
  script: ScriptView
  csrf: string | undefined
  form?: { input?: string; force?: boolean; error?: string } | undefined
}

/** Runs the script by hand, with input as JSON. */
export const RunForm: FC<RunFormProps> = ({ script, csrf, form }) => (
  <Sheet title="Run with input" id="run">
    <form method="post" action={`${scriptHref(script.slug)}/runs`} class="form">
      <Token csrf={csrf} />
      <TextArea
        name="input"
        label="Input, as JSON"
        rows={4}
        value={form?.input ?? script.inputExample}
        error={form?.error}
        hint={
          <>
            Found in <code>run.input</code>; may be empty.
          </>
        }
      />
      {script.inputSchema && (
        <details>
          <summary>What it may be</summary>
          <pre class="json">{script.inputSchema}</pre>
        </details>
      )}
      {script.gate && <Check name="force" label="Run even if the gate says no" checked={form?.force} />}
      <div class="buttons">
        <Button icon="play">Run with this</Button>
      </div>
    </form>
  </Sheet>
)
