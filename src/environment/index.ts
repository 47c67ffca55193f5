export type {
  Environment,
  EnvironmentFailure,
  EnvironmentRow,
  EnvironmentState,
  Known,
  Wanted,
} from './environment.ts'
export {
  createEnvironments,
  type Environments,
  type EnvironmentsOptions,
  type Prepared,
} from './environments.ts'
export { packagesOf, type Package } from './lock.ts'
export { pickInstallerEnv } from './source.ts'
export { createEnvironmentStore, type EnvironmentStore } from './store.ts'
