#!/usr/bin/env bash
# 为 docker-compose.yml 生成密码文件，各归容器里的用户所有，只有它能读。已有的不改。
set -euo pipefail
umask 077
if [ "$(id -u)" -ne 0 ]; then
  echo "请用 root 运行（sudo $0）：密码文件要交给容器里的用户" >&2
  exit 1
fi
folder=$(dirname "$(realpath "$0")")/secrets
mkdir -p "$folder"

# 名称与属主：PostgreSQL 的镜像用 999，Elasticsearch 的用 1000，回应台的用 10001。
pair() { # 引擎的一份 引擎的用户 回应台的一份
  if [ -e "$folder/$1" ] || [ -e "$folder/$3" ]; then
    echo "已有 $1 或 $3，没有改动"
    return
  fi
  local password
  password=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
  printf '%s' "$password" >"$folder/$1"
  printf '%s' "$password" >"$folder/$3"
  chown "$2" "$folder/$1"
  chown 10001:10001 "$folder/$3"
  chmod 400 "$folder/$1" "$folder/$3"
  echo "已生成 $1、$3"
}
pair postgres_password 999:999 database_password
pair elastic_password 1000:0 search_password
