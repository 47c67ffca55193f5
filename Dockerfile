# Node's current long-term line, on Debian's current release. docs/container.md says how to start the image.
ARG NODE_IMAGE=node:26-trixie-slim

# What the server is built from; nothing of this stage but dist and the files that are read at run time goes on.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src/
COPY views views/
COPY repo-template repo-template/
# Scripts have uids of their own and read the harness: a clone made under a strict umask must not hide it from them.
RUN npm run build && chmod -R u=rwX,go=rX package.json dist src repo-template

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# Without versions: Debian keeps only the newest of a release, so a pinned one would soon not be found.
FROM ${NODE_IMAGE} AS system
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git python3 python3-venv tini \
  && rm -rf /var/lib/apt/lists/*

FROM system AS uv
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv==0.13.9

FROM system
WORKDIR /app
COPY --from=uv /opt/uv/bin/uv /usr/local/bin/uv
COPY --from=dependencies /app/node_modules node_modules/
COPY --from=build /app/package.json ./
COPY --from=build /app/dist dist/
COPY --from=build /app/repo-template repo-template/
COPY --from=build /app/src/db/migrations src/db/migrations/
COPY --from=build /app/src/isolation/*.py src/isolation/
COPY --from=build /app/src/run/harness src/run/harness/
# Scripts' uids pass through the data folder to what is theirs, and list nothing in it.
RUN mkdir -m 0711 /data && ln -s /app/dist/cli.js /usr/local/bin/sxs && chmod 0755 dist/cli.js

ENV NODE_ENV=production SXS_HOST=0.0.0.0 SXS_PORT=8080 SXS_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SXS_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As root on purpose: only root gives each script a uid of its own. Process 1 is tini, which buries what scripts leave.
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=2", "/app/dist/cli.js"]
CMD ["start"]
