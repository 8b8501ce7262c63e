# syntax=docker/dockerfile:1
# attune in a small image that runs as nobody in particular. Build: docker build -t attune .
#
# For a release, fix both bases by digest, for instance
#   --build-arg RUST_IMAGE=rust:1.95-bookworm@sha256:... --build-arg RUNTIME_IMAGE=debian:bookworm-slim@sha256:...
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
WORKDIR /build
COPY . .
# libpq, SQLite and aws-lc are compiled from their crates: the image's C compiler is all they need.
# Caches keep a second build short; the program is copied out, because they are no part of the layer.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --profile dist --bin attune \
    && install -D -m 0755 target/dist/attune /out/attune

# The same Debian release as the build, for the same libc.
FROM ${RUNTIME_IMAGE}
# Nothing is installed. No libpq (it is in the binary), and no ca-certificates: the default build opens
# no TLS connection. A build with --features postgres-tls needs them, or sslrootcert in the URL.
COPY --from=build /out/attune /usr/local/bin/attune
# The folder belongs to the one who runs, so that a new named volume is writable for it.
RUN install -d -m 0700 -o 65532 -g 65532 /var/lib/attune
USER 65532:65532
# The default database and the keys are named relative to the working folder.
WORKDIR /var/lib/attune
VOLUME /var/lib/attune
# The default address is loopback, which in a container nobody reaches. An open one is refused until
# ATTUNE_BEHIND_TLS_PROXY and ATTUNE_TRUSTED_PROXIES are set too: see docker-compose.yml.
EXPOSE 8080
# No HEALTHCHECK: it would tie the image to having a shell, and every orchestrator asks
# /health/live and /health/ready itself. docker-compose.yml shows how without curl.
STOPSIGNAL SIGTERM
ENTRYPOINT ["attune"]
CMD ["serve"]
