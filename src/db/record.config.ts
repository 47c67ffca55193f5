import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/record-schema.ts',
  out: './src/db/migrations/record',
  casing: 'snake_case',
})
