# Compiles the program. Nothing of this stage but dist/ comes into the image.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/
COPY src src/
COPY demo demo/
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="Forgehand" \
      org.opencontainers.image.description="Label an issue, get a pull request: a self-hosted bot" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git ripgrep socat \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev \
 && npm cache clean --force
COPY --from=build /app/dist dist/
COPY LICENSE app.yml ./
# Everything that is kept is in /data: the only folder that the program can write.
RUN mkdir --mode=0700 /data \
 && chown node:node /data
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    FORGEHAND_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8000
# Node asks by itself: there is no curl in the image. /health answers before any forge is configured.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`, { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The program handles SIGTERM itself and ends the process groups that it starts, so it can be process 1.
CMD ["node", "dist/src/cli/forgehand.js", "serve"]
