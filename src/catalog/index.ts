export { createCatalog, type Catalog, type Synced } from './catalog.ts'
export { createCheckouts, type Checkout, type Checkouts } from './checkouts.ts'
export { createCatalogStore, type CatalogEntry } from './store.ts'
export { createWatcher } from './watcher.ts'
