import type { FC } from 'hono/jsx'
import { Check, Choice, TextArea, TextField } from '../components/form.tsx'
import { Moment, NextTime } from '../components/time.tsx'
import { sentence } from '../words.ts'

/** What is filled in, by the names of the API and the manifest. */
export type NewFields = {
  slug: string
  description: string
  when: 'hand' | 'cron' | 'every' | 'gate'
  cron: string
  timezone: string
  every: string
  main: string
  trigger: string
  requirements: string
  /** The rest of the manifest, as YAML. */
  manifest: string
  paused: boolean
  message: string
}

type WhenProps = {
  fields: NewFields
  errors: { [name in keyof NewFields]?: string }
  zones: string[]
  preview: SchedulePreviewProps
}

/** When a script runs: of the ways only the fields of the chosen one are shown, with what they come to. */
export const When: FC<WhenProps> = ({ fields, errors, zones, preview }) => (
  <div
    class="form when"
    hx-get="/scripts/new/_schedule"
    hx-trigger="change, input delay:300ms"
    hx-include="this"
    hx-target="#schedule-preview"
    hx-swap="outerHTML"
  >
    <Choice
      name="when"
      label="It runs"
      value={fields.when}
      error={errors.when}
      options={[
        { value: 'hand', name: 'only by hand' },
        { value: 'cron', name: 'at times, by a cron line' },
        { value: 'every', name: 'at an interval' },
        { value: 'gate', name: 'when its gate says so', hint: 'asked every minute' },
      ]}
    />
    <div class="form for-cron">
      <TextField
        name="cron"
        label="Cron line"
        value={fields.cron}
        error={errors.cron}
        placeholder="0 7 * * 1-5"
        hint="Minute, hour, day of month, month, day of week; or @daily and its kin."
        mono
      />
      <TextField
        name="timezone"
        label="Time zone (optional)"
        value={fields.timezone}
        error={errors.timezone}
        placeholder="Europe/Rome"
        list="zones"
        hint="Empty: the server’s."
      />
      <datalist id="zones">
        {zones.map((zone) => (
          <option value={zone}></option>
        ))}
      </datalist>
    </div>
    <div class="form for-every">
      <TextField
        name="every"
        label="Interval"
        value={fields.every}
        error={errors.every}
        placeholder="15m"
        hint="From 5s to 365d, such as 90s, 15m, 1h30m, 2d."
        mono
      />
    </div>
    <div class="form for-gate">
      <TextArea
        name="trigger"
        label="trigger.py, its gate (optional with a schedule)"
        rows={6}
        value={fields.trigger}
        error={errors.trigger}
        hint="def trigger(data): asked at each tick; it runs if this is true."
      />
    </div>
    <SchedulePreview {...preview} />
    <Check
      name="paused"
      label="Begin paused"
      checked={fields.paused}
      hint="Its ticks are recorded as skipped until somebody resumes it; it can be run by hand."
    />
  </div>
)

export type SchedulePreviewProps = {
  when: NewFields['when']
  now: number
  /** Nothing was typed yet. */
  waiting?: boolean
  words?: string
  notes?: string[]
  next?: number[]
  problems?: { message: string; remedy?: string }[]
}

/** What the schedule means, and its next moments. */
export const SchedulePreview: FC<SchedulePreviewProps> = ({
  when,
  now,
  words,
  notes = [],
  next = [],
  problems,
}) => (
  <div id="schedule-preview" class="schedule-preview" role="status">
    {problems?.map(({ message, remedy }) => (
      <p class="error">{sentence(remedy ? `${message}; ${remedy}` : message)}</p>
    ))}
    {words && (
      <p>
        It runs <b>{words}</b>.
      </p>
    )}
    {when === 'gate' && <p>Its gate is asked every minute.</p>}
    {notes.map((note) => (
      <p class="quiet">{note}</p>
    ))}
    {next.length > 0 && (
      <ol class="moments">
        {next.map((at) => (
          <li>
            <Moment at={at} now={now} /> <span class="quiet">UTC,</span>{' '}
            <span class="quiet">
              <NextTime at={at} now={now} />
            </span>
          </li>
        ))}
      </ol>
    )}
  </div>
)
