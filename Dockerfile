# syntax=docker/dockerfile:1
# attune in an image with the program and a C library, and no shell. Build: docker build -t attune .
#
# For a release, fix both bases by digest, for instance
#   --build-arg RUST_IMAGE=rust:1.95-bookworm@sha256:...
#   --build-arg RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot@sha256:...
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${RUST_IMAGE} AS build
WORKDIR /build
# What comes in is the list in .dockerignore.
COPY . .
# libpq, SQLite and aws-lc are compiled from their crates: the image's C compiler is all they need.
# Caches keep a second build short; the program is copied out, because they are no part of the layer.
# The empty folder becomes the one for data, since the last image has nothing to make one with.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --profile dist --bin attune \
    && install -D -m 0755 target/dist/attune /out/attune \
    && install -d -m 0700 /out/data

# The same Debian release as the build, for the same libc.
FROM ${RUNTIME_IMAGE}
# Nothing is installed. No libpq (it is in the binary); certificates are in the base, for a build with
# --features postgres-tls.
COPY --from=build /out/attune /usr/local/bin/attune
# The folder belongs to the one who runs, so that a new named volume is writable for it.
COPY --from=build --chown=65532:65532 /out/data /var/lib/attune
USER 65532:65532
# The default database and the keys are named relative to the working folder.
WORKDIR /var/lib/attune
VOLUME /var/lib/attune
# The default address is loopback, which in a container nobody reaches. An open one is refused until
# ATTUNE_BEHIND_TLS_PROXY and ATTUNE_TRUSTED_PROXIES are set too: see docker-compose.yml.
EXPOSE 8080
# The program asks itself, since there is no curl and no shell.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/attune", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/attune"]
CMD ["serve"]
