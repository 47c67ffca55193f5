import type { FC } from 'hono/jsx'
import { Button } from '../components/button.tsx'
import { TextField, Token } from '../components/form.tsx'
import { Layout, type Page } from '../layout.tsx'

export type SetUpProps = {
  page: Page
  /** What the one-time link carries. */
  token: string
  username: string
  role: string
  /** Characters that a password must have. */
  shortest: number
  errors?: { password?: string; passwordAgain?: string }
}

/** Chooses a password over a one-time link. */
export const SetUpPage: FC<SetUpProps> = ({ page, token, username, role, shortest, errors }) => (
  <Layout page={page}>
    <form method="post" action="/setup" class="sheet form">
      <div>
        <h1>Choose a password</h1>
        <p class="quiet">
          for <b>{username}</b>, {role}. This link works once.
        </p>
      </div>
      <Token csrf={page.csrf} />
      <input type="hidden" name="token" value={token} />
      <input type="text" name="username" value={username} autocomplete="username" hidden readonly />
      <TextField
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        required
        autofocus
        minlength={shortest}
        hint={`At least ${shortest} characters; a few words do well.`}
        error={errors?.password}
      />
      <TextField
        name="passwordAgain"
        label="The same again"
        type="password"
        autocomplete="new-password"
        required
        error={errors?.passwordAgain}
      />
      <Button kind="primary">Save and sign in</Button>
    </form>
  </Layout>
)
