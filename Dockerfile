# A stage of the evaluation plane as a polling container: STAGE is plan, generate or verify, see functions/container/main.ts.
FROM node:24-bookworm-slim

# Its install script would fetch CUDA files otherwise.
ENV NODE_ENV=production ONNXRUNTIME_NODE_INSTALL=skip MODEL_CACHE=/tmp/models
# The decoder's operators are compiled at their first use.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY shared/ shared/
COPY functions/ functions/

USER node
# Not through npm, which would not pass SIGTERM on.
ENTRYPOINT ["node", "functions/container/main.ts"]
