export { HOOK } from './hook.ts'
export { gitRoutes, type GitHttpDependencies } from './routes.ts'
