/** What the reference of the API shows. */

/** A type in words, which may lead to a shape of its own. */
export type TypeView = { words: string; shape?: string }

/** A parameter (then it has a place), or a member of a body or shape. */
export type FieldView = {
  name: string
  type: TypeView
  required: boolean
  place?: string
  description?: string
  /** What it is when it is left out, as JSON. */
  preset?: string
}

export type AnswerView = { status: string; description: string; types: string[]; type?: TypeView }

export type OperationView = {
  id: string
  method: string
  path: string
  summary: string
  group: string
  description?: string
  parameters: FieldView[]
  body?: { types: string[]; fields: FieldView[]; optional: boolean }
  answers: AnswerView[]
  command: string
}

export type GroupView = { id: string; name: string; description: string; operations: OperationView[] }

export type ShapeView = { name: string; fields: FieldView[] }
