# One image for web, worker and the server's commands (docs/operating.md).
FROM node:24-bookworm-slim
WORKDIR /app
RUN mkdir -p /data/bundles && chown node:node /app /data/bundles
USER node
COPY --chown=node:node package.json package-lock.json ./
# The build needs the development packages, and so do the commands: nothing is pruned.
RUN npm ci --include=dev --include=optional
COPY --chown=node:node . .
# The lockfile may be younger now than a cached layer's packages, and would be installed again at every start.
RUN touch node_modules/.package-lock.json && node bin/build.ts
ENV NODE_ENV=production
EXPOSE 3000 9400
CMD ["npm", "run", "web", "--", "--hostname", "0.0.0.0", "--port", "3000"]
