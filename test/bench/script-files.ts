/** Folders have no more scripts than people keep in one. */
const TO_A_FOLDER = 100

/** The folder of the numbered script: `scripts/team-03/report-0312`. */
export function folderOf(number: number): string {
  const team = String(Math.floor(number / TO_A_FOLDER)).padStart(2, '0')
  return `scripts/team-${team}/report-${String(number).padStart(4, '0')}`
}

/**
 * So many scripts as people write them, no two alike: code of a page, a manifest of some keys, a README; a gate in every
 * fifth, and if wanted requirements in three of five, of which there are few different ones.
 */
export function* filesOf(scripts: number, requirements: boolean): Generator<[path: string, text: string]> {
  for (let number = 0; number < scripts; number += 1) {
    const folder = folderOf(number)
    yield [`${folder}/README.md`, readmeOf(number)]
    yield [`${folder}/main.py`, codeOf(number)]
    if (requirements && number % 5 < 3)
      yield [`${folder}/requirements.txt`, REQUIREMENTS[number % REQUIREMENTS.length]!]
    yield [`${folder}/script.yaml`, manifestOf(number)]
    if (number % 5 === 4) yield [`${folder}/trigger.py`, gateOf(number)]
  }
}

const REQUIREMENTS = [
  'requests==2.32.3\ntabulate==0.9.0\n',
  'pandas>=2.2,<3\nsqlalchemy[postgresql]==2.0.36\n',
  '# Mail\njinja2==3.1.4\n',
  'boto3==1.35.80\npyarrow==18.1.0 ; python_version >= "3.10"\n',
  'httpx==0.28.1\npydantic==2.10.3\nrich==13.9.4\n',
  'openpyxl==3.1.5\nxlsxwriter==3.2.0\n',
  'psycopg[binary]==3.2.3\n',
]

// Due once a year, in a month that the benchmark does not meet: nothing runs while something is measured.
const manifestOf = (number: number) => `description: Counts what came in for report ${number}
tags: [reports, team-${Math.floor(number / TO_A_FOLDER)}]
schedule:
  cron: '${number % 60} ${number % 24} ${1 + (number % 28)} ${farMonth()} *'
  timezone: Europe/Rome
timeout: 10m
env:
  REGION: eu-${number % 9}
`

const farMonth = () => ((new Date().getMonth() + 6) % 12) + 1

const readmeOf = (number: number) => `# Report ${number}

Counts what came in since the last run, by customer, and prints the sum.

It needs nothing but the files that the import leaves in its state folder. A run that was missed need not be made up
for: the next one counts from where the last one ended. Ask team ${Math.floor(number / TO_A_FOLDER)} before changing the columns.
`

const gateOf = (number: number) => `"""Whether there is anything new for report ${number}."""
import os


def trigger(data):
    folder = os.environ["SXS_STATE_DIR"]
    newest = max((entry.stat().st_mtime for entry in os.scandir(folder)), default=0)
    return newest > data.get("seen", 0)
`

const codeOf = (number: number) => `"""Report ${number}: what came in since the last run, by customer."""
import csv
import os
from collections import Counter
from datetime import datetime, timezone

COLUMNS = ["customer", "amount", "at"]
LARGEST = ${number % 50}


def main(data, run):
    since = data.get("since", "1970-01-01T00:00:00+00:00")
    rows = [row for row in read_rows(os.environ["SXS_STATE_DIR"]) if row["at"] > since]
    totals = Counter()
    for row in rows:
        totals[row["customer"]] += float(row["amount"])
    for customer, amount in totals.most_common(LARGEST):
        print(f"{customer:<30} {amount:>12.2f}")
    write_report(totals)
    data["since"] = datetime.now(timezone.utc).isoformat()
    data["runs"] = data.get("runs", 0) + 1
    return {"rows": len(rows), "sum": sum(totals.values())}


def read_rows(folder):
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".csv"):
            continue
        with open(os.path.join(folder, name), newline="") as file:
            yield from csv.DictReader(file, fieldnames=COLUMNS)


def write_report(totals):
    path = os.path.join(os.environ["SXS_ARTIFACTS_DIR"], "report-${number}.csv")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer", "sum"])
        writer.writerows(totals.most_common())
`
