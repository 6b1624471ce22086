# Build with `docker build -t mingzhang .`, or with `docker compose up --build` together with its databases:
# see docs/containers.md, which also says how far this was run.

# The dependencies change less often than the sources, so they are stages of their own. No package needs its install
# script (see allowScripts in package.json).
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc ./
COPY scripts scripts
COPY src src
RUN node scripts/setup.mjs

# What runs needs neither the build tools nor the programs that the image or its neighbours bring: Node, PostgreSQL.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
WORKDIR /app
# Keys are made here on the first start when none are given: keep the volume as carefully as the database.
RUN install -d -o node -g node -m 0700 /data
COPY --chown=root:root package.json ./
COPY --from=dependencies --chown=root:root /build/node_modules node_modules
COPY --from=build --chown=root:root /build/dist dist
COPY --chown=root:root data data
COPY --chown=root:root public public
COPY --chown=root:root migrations migrations
COPY --chown=root:root openapi openapi
# Readable also where the checkout is its owner's alone. `mingzhang` is here what `npx mingzhang` is in a checkout.
RUN chmod -R a+rX package.json data public migrations openapi \
  && printf '#!/bin/sh\nexec node /app/dist/cli.js "$@"\n' > /usr/local/bin/mingzhang \
  && chmod 755 /usr/local/bin/mingzhang
VOLUME /data
EXPOSE 3000
USER node
# Node as process 1 gets SIGTERM itself and stops in order; compose gives it an init to reap what it leaves.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A young generation into which a burst of requests fits, so that less of it is copied when garbage is collected.
CMD ["node", "--max-semi-space-size=32", "--min-semi-space-size=32", "--incremental-marking-soft-trigger=70", "--incremental-marking-hard-trigger=90", "dist/main.js"]
