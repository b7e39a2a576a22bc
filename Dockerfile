# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
# `serve` has no GraphiQL.
ENV GUILDHALL_SKIP_GRAPHIQL=1
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked && cp target/release/guildhall /guildhall

FROM debian:bookworm-slim
COPY --from=build /guildhall /usr/local/bin/guildhall
COPY LICENSE NOTICE /usr/share/doc/guildhall/
COPY demo/NOTICE.txt /usr/share/doc/guildhall/demo-NOTICE.txt
# A place for a SQLite file; PostgreSQL needs none.
RUN install --directory --owner=10001 --group=10001 /data
WORKDIR /data
USER 10001:10001
ENV GUILDHALL_BIND=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["guildhall"]
CMD ["serve"]
