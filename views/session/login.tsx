import type { FC } from 'hono/jsx'
import { Alert } from '../components/alert.tsx'
import { Button } from '../components/button.tsx'
import { TextField, Token } from '../components/form.tsx'
import { Layout, type Page } from '../layout.tsx'
import { sentence } from '../words.ts'

export type LoginProps = {
  page: Page
  /** Kept after a refused try. */
  username?: string
  error?: string
  /** The path to go on to. */
  next?: string
  /** Nobody has a password yet. */
  isNew?: boolean
}

/** Signs a user in. */
export const LoginPage: FC<LoginProps> = ({ page, username, error, next, isNew }) => (
  <Layout page={page}>
    <form method="post" action="/login" class="sheet form">
      <h1>Sign in</h1>
      {error && <Alert tone="bad">{sentence(error)}</Alert>}
      {isNew && (
        <Alert tone="note" icon="open">
          This server is new, and nobody has a password yet. Open the one-time link that it printed when it
          started.
        </Alert>
      )}
      <Token csrf={page.csrf} />
      {next && <input type="hidden" name="next" value={next} />}
      <TextField
        name="username"
        label="User name"
        value={username}
        autocomplete="username"
        required
        autofocus={!username}
      />
      <TextField
        name="password"
        label="Password"
        type="password"
        autocomplete="current-password"
        required
        autofocus={Boolean(username)}
      />
      <Button kind="primary">Sign in</Button>
    </form>
  </Layout>
)
