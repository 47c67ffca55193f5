/** The page that is kept: the table, the machine, and how each line was measured. */
export const documentOf = (table: string, machine: string, recorded: string): string => `# Benchmarks

Written by \`npm run bench\`, which measures each of ours and its base in turns, in one run, on one machine.
Times are medians; they move with the machine, their ratios much less.

${machine}

${table}

MB are 10⁶ bytes, kB 10³.

## How

- **A cold run.** The built server runs in a process of its own. A script that prints three lines is run by
  \`POST /api/v1/scripts/trivial/runs\`; the clock stops when \`/live\` announces that the run's end is recorded, so the
  request, the queue, the sandbox, the log and every write to disk are in it (${recorded}).
  Base: the same file, run by the same environment's \`bin/python main.py\`, its output read. The server's own harness
  has been compiled before, as it is soon after each start.
- **A push.** \`git push\` of one changed file in a clone, as its user waits for it, with an API key; the check, the index,
  the audit and the lines of the answer are in it. Base: the same change pushed to a copy of the repository, with the
  same configuration (\`core.fsync=all\`, \`receive.fsckObjects\`), behind \`git http-backend\` in the smallest Node
  server, without hooks or passwords. (The server starts the program behind that command itself.)
- **A first index.** \`catalog.rebuild()\` in a new process with a new \`index.db\`, code not yet warm. Scripts are as
  people write them, no two alike: a page of code, a manifest of five keys, a README, a gate in every fifth, requirements
  in three of five. All are in one commit and one pack. Base: \`git ls-tree -r | git cat-file --batch\` of the same.
- **Memory.** The resident set of \`npm start\` on a new data folder with such a repository, which it indexes
  first, 5 seconds after it was ready; and again after one page of the list of scripts.
- **Pages.** 1,000 scripts and 100,000 recorded runs. A signed-in visitor loads each page 40 times over one
  connection, in turns with \`/healthz\`, which answers \`ok\`: the server's own hello.
- **Sizes.** The overview with the styles, scripts and icon that it names, and the editor's script, as gzip makes them.
- **Viewers.** A hundred WebSockets follow one log while a script writes 1,000 lines a second into it, and one more takes nothing.
  Memory is the most that the server's resident set grew meanwhile; under way is from the script's \`print\` to the viewer.
- **Frames.** Chromium looks at a log of 100,000 lines, 1280 by 800 pixels: scrolled by three lines a frame, dragged
  from its begin to its end in 300 frames, and followed for five seconds while 1,000 lines a second are added. From one
  \`requestAnimationFrame\` to the next; a blank page has 17 ms.
`
