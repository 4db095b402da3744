FROM node:20-slim AS build
WORKDIR /signalbox
COPY . .
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund && node scripts/build.mjs

FROM node:20-slim
WORKDIR /signalbox
COPY package.json package-lock.json ./
COPY shared/package.json shared/
COPY server/package.json server/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace shared --workspace server && npm cache clean --force
COPY --from=build /signalbox/shared/dist shared/dist
COPY --from=build /signalbox/server/dist server/dist
# The scripts that run inside Redis are read from their sources.
COPY server/src/ledger server/src/ledger
COPY --from=build /signalbox/client/dist client/dist
COPY scripts/hub.mjs scripts/
RUN install -d -o node -g node -m 700 /data

ENV NODE_ENV=production \
    SIGNALBOX_HOST=0.0.0.0 \
    SIGNALBOX_PORT=3334 \
    SIGNALBOX_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 3334
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3334/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The collector's flag is that of `npm start`.
CMD ["node", "--max-semi-space-size=32", "scripts/hub.mjs"]
