import { afterAll } from 'vitest'
import { endFile } from './ends.ts'

// Read for each test file, unlike all else.
afterAll(endFile)
