export { createMasking, type Masking, type StreamMask } from './masker.ts'
export { openSecrets, SHORTEST_VALUE, type GivenSecrets, type Secret, type Secrets } from './secrets.ts'
export { createSecretStore, type SecretStore } from './store.ts'
