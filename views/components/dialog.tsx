import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { LinkButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { Sheet } from './sheet.tsx'

type DialogProps = { id: string; title: string }

/**
 * A native dialog, opened by `<LinkButton asks href="#id">`. Without JavaScript the link's target shows it, and the link
 * that closes it takes the target away again.
 */
export const Dialog: FC<PropsWithChildren<DialogProps>> = ({ id, title, children }) => (
  <dialog class="dialog" id={id} aria-labelledby={`${id}-title`}>
    <header>
      <h2 id={`${id}-title`}>{title}</h2>
      <a class="dialog-close" href="#" data-dialog-close="" aria-label="Close">
        <Icon name="close" />
      </a>
    </header>
    {children}
  </dialog>
)

/**
 * A question on a page of its own, such as why a script is paused. A link to it with `asks` has it in a dialog on the
 * page where one is, so keep all that is asked inside; `back` is where "Not now" leads.
 */
export const Ask: FC<PropsWithChildren<{ title: string; lead?: Child }>> = ({ title, lead, children }) => (
  <div id="ask" data-ask={title}>
    <Sheet>
      {lead && <p class="quiet ask-lead">{lead}</p>}
      {children}
    </Sheet>
  </div>
)

/** Leaves a question unanswered: closes its dialog, or leads back. */
export const NotNow: FC<{ back: string }> = ({ back }) => (
  <span data-dialog-close="">
    <LinkButton href={back}>Not now</LinkButton>
  </span>
)
