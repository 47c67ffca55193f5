import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { assertCan, createAccessStore, openAccess, type Access, type AuditInput } from './access/index.ts'
import {
  AppError,
  ConfigError,
  createBus,
  diskSpace,
  messageOf,
  packageRoot,
  searchPath,
  startAll,
  stopAll,
  timeText,
  type Clock,
  type Log,
  type Service,
} from './base/index.ts'
import {
  createCatalog,
  createCatalogStore,
  createCheckouts,
  createPruner,
  createWatcher,
} from './catalog/index.ts'
import { createChanges, reportPlan, slugsOf, type Landed, type Plan } from './change/index.ts'
import { asConfigError, assertGit, prepareDataDir, type Config } from './config.ts'
import { lockFolder, openIndex, openRecord } from './db/index.ts'
import { createEdits, createHistory, type Foresight } from './edit/index.ts'
import { createEnvironments, createEnvironmentStore } from './environment/index.ts'
import { ensureFirstCommit, openRepository } from './git/index.ts'
import { gitRoutes, HOOK } from './git-http/index.ts'
import { createSyntaxChecker, endLeftovers, findPythons, openIsolation } from './isolation/index.ts'
import { createRunning, createRunStore } from './run/index.ts'
import {
  createScheduler,
  createTicks,
  createTickStore,
  nextTick,
  upcoming,
  schedulePreview,
} from './schedule/index.ts'
import { createScheduling } from './scheduling.ts'
import { createScriptSource, revisionsInUse } from './script-source.ts'
import { createSecretStore, openSecrets } from './secret/index.ts'
import { createLive, createWeb, listen, type Doors } from './web/index.ts'
import { version } from './version.ts'

export type App = {
  url: string
  /** The one-time link by which the first admin sets a password, where one is needed. */
  setUpLink: string | undefined
  doors: Doors
  /** Drains: nothing new starts, what runs gets its grace. A second call, or `now`, ends it at once. */
  stop(options?: { now?: boolean }): Promise<void>
}

/**
 * The composition root: opens and connects every station, in the order of the picture in README, and starts them.
 * Throws ConfigError for what the one who starts it can mend.
 */
export async function openApp(config: Config, { clock, log }: { clock: Clock; log: Log }): Promise<App> {
  const { dataDir } = config
  const gitVersion = await assertGit()
  prepareDataDir(dataDir)
  const lock = await lockFolder(dataDir)
  if (!lock)
    throw new ConfigError(
      `SXS_DATA_DIR: ${dataDir} is in use by another server; stop it, or name another folder`,
    )
  const folder = (name: string, mode: number) => {
    mkdirSync(join(dataDir, name), { recursive: true, mode })
    return join(dataDir, name)
  }
  endLeftovers(dataDir, log)
  const localFile = join(dataDir, 'keys', 'local.json')
  // A killed server's address and token are worth nothing any more.
  rmSync(localFile, { force: true })
  const bus = createBus((error) => log.error({ error: messageOf(error) }, 'a listener failed'))
  const server = { timezone: config.timezone }

  const record = await openRecord(join(dataDir, 'record.db'))
  const index = await openIndex(join(dataDir, 'index.db'), log)
  const repository = await openRepository(join(dataDir, 'scripts.git'), HOOK)
  await ensureFirstCommit(repository, join(packageRoot, 'repo-template'), clock.now())
  const access = openAccess({ store: createAccessStore(record), clock, keysFolder: folder('keys', 0o700) })
  // No script's uid may look into them; an earlier version made them open to all.
  for (const name of ['keys', 'logs', 'scripts.git']) chmodSync(folder(name, 0o700), 0o700)

  const setUpToken = await firstAdmin(access, config)

  const found = await findPythons(log)
  if (!found[0])
    throw new ConfigError('no Python 3.9 or newer with venv was found; install python3 and python3-venv')
  const isolation = await openIsolation({ accept: config.isolation, dataDir, pythons: found, log })
  const { pythons } = isolation
  const checker = createSyntaxChecker({ isolation, python: pythons[0] ?? found[0], log })
  const environments = createEnvironments({
    folder: folder('environments', 0o755),
    isolation,
    pythons,
    store: createEnvironmentStore(record),
    index: config.packageIndexes.join(' '),
    installerEnv: config.installerEnv,
    path: searchPath().join(delimiter),
    clock,
    bus,
    log,
  })

  const audit = (event: AuditInput) => access.audit.append(event)
  const secretStore = createSecretStore(record)
  const secrets = openSecrets({ store: secretStore, keysFolder: join(dataDir, 'keys'), clock, audit })
  let url = ''
  const publicUrl = () => config.publicUrl ?? url

  const changes = createChanges({
    repository,
    analyse: (files) => checker.check(files),
    server,
    clock,
    // The commit is on main: what fails after that is mended by the next sync, and is no failure of the edit.
    landed: (change) =>
      landed(change).then(
        () => undefined,
        (error: unknown) =>
          log.error({ err: error, commit: change.commit }, 'an edit could not be taken up yet'),
      ),
  })
  const report = async (plan: Plan) =>
    reportPlan(plan, {
      ...{ now: clock.now(), nextTick, scriptCount: await catalog.count() },
      ...{ lacking: await secrets.lacking(), secretsUrl: `${publicUrl()}/secrets` },
    })
  const foresight: Foresight = { report, moments: (schedules) => upcoming(schedules, clock.now(), 10) }
  const edits = createEdits({ repository, changes, foresight, clock })
  const catalog = createCatalog({
    repository,
    store: createCatalogStore(index),
    server,
    bus,
    log,
    synced: (synced) => scheduling.take(synced),
  })
  const checkouts = createCheckouts({ repository, root: folder('checkouts', 0o755), clock })
  const running = createRunning({
    audit,
    store: createRunStore(record),
    source: createScriptSource({ catalog, checkouts, repository }),
    isolation,
    pythons,
    prepareEnvironment: (wanted) => environments.prepare(wanted),
    giveSecrets: secrets.give,
    clock,
    bus,
    log,
    dataDir,
    workers: config.workers,
    quotas: config.quotas,
  })
  const tickStore = createTickStore(record)
  const scheduling = createScheduling({
    ...{ repository, catalog, running, ticks: tickStore, secrets, environments, clock, log },
  })
  const scheduler = createScheduler({
    clock,
    store: tickStore,
    log,
    bus,
    scripts: scheduling.all,
    offer: scheduling.offer,
  })
  scheduling.connect(scheduler)
  const watcher = createWatcher({ gitDir: repository.gitDir, clock, log, moved: () => catalog.sync() })

  /** What follows when main has moved: it is indexed, recorded, and told to whoever moved it. */
  async function landed({ actor, commit, before, plan }: Landed): Promise<string[]> {
    await access.audit.append({
      actor,
      action: 'repository.push',
      target: slugsOf(plan).slice(0, 50).join(', ') || 'main',
      ...(before ? { before } : {}),
      after: commit,
    })
    await catalog.sync()
    return report(plan)
  }

  const pruner = createPruner({
    checkouts,
    revisionsInUse: () => revisionsInUse(catalog, running.runs),
    clock,
    log,
  })

  const startedAt = timeText(clock.now())
  const localToken = randomBytes(32).toString('base64url')
  const queue = () => {
    const { running: now, waiting } = running.counts()
    return { running: now, queued: waiting, workers: config.workers }
  }
  const doors: Doors = {
    queue,
    ...{ access, repository, changes, edits, catalog, environments, isolation, clock, bus, log, localToken },
    history: createHistory(repository),
    secrets,
    runs: running.runs,
    ticks: createTicks(tickStore, (actor, slug) => assertCan(actor, 'tick.read', slug)),
    schedulePreview: (asked) => schedulePreview(asked, { ...server, now: clock.now() }),
    nextTickAt: (slug) => scheduler.nextTickAt(slug),
    synced: () => scheduling.synced(),
    publicUrl,
    disk: async () => ({ ...(await diskSpace(dataDir)), reserveBytes: config.diskReserveBytes }),
    async isReady() {
      return (
        (await catalog.syncedHead()) !== undefined &&
        (await record.client.execute('SELECT 1')).rows.length === 1
      )
    },
    async reindex() {
      const synced = await catalog.rebuild()
      return { head: synced?.head ?? '', scripts: await catalog.count() }
    },
    async status() {
      return {
        ...{ version, node: process.versions.node, git: gitVersion, startedAt },
        pythons: pythons.map((python) => python.version),
        isolation: {
          tier: isolation.tier,
          reason: isolation.reason,
          ...(isolation.refusal ? { refusal: isolation.refusal } : {}),
        },
        head: await repository.head(),
        indexedCommit: await catalog.syncedHead(),
        scripts: await catalog.count(),
        queue: queue(),
      }
    },
  }

  const git = gitRoutes({
    ...{ repository, changes, log, landed },
    authenticate: (name, password, address) => access.authenticate.byBasic(name, password, address),
  })
  const live = createLive(doors, { limits: config })
  const firstSync: Service = {
    name: 'first sync',
    start: async () => void (await catalog.sync()),
    stop: () => Promise.resolve(),
  }
  const services = [checker, secrets, environments, firstSync, running, scheduler, watcher, pruner]
  let listening: Awaited<ReturnType<typeof listen>> | undefined
  async function close(): Promise<void> {
    rmSync(localFile, { force: true })
    await listening?.close(CLOSE_GRACE_MS)
    repository.close()
    index.close()
    record.close()
    await lock!.release()
  }

  try {
    await startAll(services)
    listening = await listen(createWeb(doors, git as never), live, config).catch((error: unknown) => {
      throw asConfigError(error, config)
    })
  } catch (error) {
    await stopAll(services).catch(() => undefined)
    await close()
    throw error
  }
  url = listening.url
  writeFileSync(localFile, JSON.stringify({ url, token: localToken, pid: process.pid }), { mode: 0o600 })

  let stopping: Promise<void> | undefined
  return {
    url,
    setUpLink: setUpToken && `${doors.publicUrl()}/setup?token=${setUpToken}`,
    doors,
    stop({ now = false } = {}) {
      if (now || stopping) void running.stopNow()
      stopping ??= stopAll(services).finally(close)
      return stopping
    },
  }
}

// Requests under way when everything else has stopped; a viewer of a log is one, and comes back by itself.
const CLOSE_GRACE_MS = 1000

/** Sees to it that somebody can sign in; gives the token of a one-time link where there is no password yet. */
async function firstAdmin(access: Access, { adminUser, adminPassword }: Config): Promise<string | undefined> {
  const wanted = { user: adminUser, ...(adminPassword === undefined ? {} : { password: adminPassword }) }
  const first = await access.ensureFirstAdmin(wanted).catch((error: unknown) => {
    const name = /password/.test(messageOf(error)) ? 'SXS_ADMIN_PASSWORD' : 'SXS_ADMIN_USER'
    throw error instanceof AppError ? new ConfigError(`${name}: ${error.message}`) : error
  })
  return first?.link?.token
}
