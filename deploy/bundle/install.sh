#!/usr/bin/env bash
# 从安装包安装回应台，不需要网络。用法：sudo ./install.sh
#   --python 程序   用哪个 Python 3.11（默认 python3.11）
#   --root 目录     装到这个目录下面，而不是系统里：不建用户、不要 root，供试装
# 装好后不启动任何东西。再装新版本时，旧版本留着，随时可以换回：见 docs/operations.md。
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
root=""
python=python3.11

stop() {
  echo "没有安装：$1" >&2
  exit "${2:-1}"
}
while [ $# -gt 0 ]; do
  case $1 in
    --python) python=${2:?}; shift 2 ;;
    --root) mkdir -p "${2:?}"; root=$(realpath "$2"); shift 2 ;;
    *) stop "不认得 $1；用法见本文件开头" 2 ;;
  esac
done

# 先查清楚，再动手。
[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || stop "请用 root 运行（sudo $0），或用 --root 装到自己的目录"
version=$(cat "$here/VERSION")
arch=$(cat "$here/ARCH")
[ "$(uname -m)" = "$arch" ] || stop "这个安装包给 $arch 的机器，本机是 $(uname -m)：请换用相应的安装包"
command -v "$python" >/dev/null || stop "没有找到 $python：请从系统的安装盘装上 Python 3.11（含 venv），或用 --python 指明"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || stop "$python 不是 Python 3.11：包里的库只配 3.11"
"$python" -c 'import venv' 2>/dev/null || stop "$python 缺少 venv：请从系统的安装盘装上 Python 3.11 的 venv"
case $root$("$python" -c 'import sys; print(sys.base_prefix)') in
  ~root/* | /home/*) stop "$python 在个人目录里，服务读不到（ProtectHome）：请用装在系统里的 Python 3.11" ;;
esac
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) >&2 || stop "安装包不完整或被改动（见上面的文件）：请重新拷贝，并核对 .sha256"
free=$(df --output=avail --block-size=1M "${root:-/opt}" | tail -n 1)
[ "$free" -ge 1500 ] || stop "${root:-/opt} 所在磁盘只剩 ${free} MB：至少要 1500 MB"

# 每个版本一个目录，最后才换链接：中途断了，原来的照常用。
at=$root/opt/huiying
mkdir -p "$at"
release=$version-$(sha256sum "$here/SHA256SUMS" | cut -c 1-8)
venv=$at/venv-$release
if [ -e "$venv/.whole" ]; then
  echo "$release 已经装过"
else
  echo "正在安装 $release……"
  rm -rf "$venv"
  "$python" -m venv --without-pip "$venv"
  # 用包里带的 pip，不理会本机的配置；每个文件按锁定的校验值核对。
  "$venv/bin/python" "$(echo "$here"/tools/pip-*.whl)/pip" --isolated --quiet --disable-pip-version-check install \
    --no-index --find-links "$here/wheels" --require-hashes --requirement "$here/wheels.lock" || stop "没有装上（见上面）"
  touch "$venv/.whole"
fi

if [ -z "$root" ]; then
  id huiying >/dev/null 2>&1 || useradd --system --home-dir /var/lib/huiying --no-create-home --shell /usr/sbin/nologin huiying
fi
own() { # 权限 属主 路径：试装时不改属主
  chmod "$1" "$3"
  [ -n "$root" ] || chown "$2" "$3"
}
etc=$root/etc/huiying
if [ -e "$etc/huiying.yaml" ]; then
  echo "保留已有的 $etc"
else
  "$venv/bin/huiying" init "$etc" >/dev/null
  sed -i 's|^data_dir: .*|data_dir: /var/lib/huiying|' "$etc/huiying.yaml"
  own 640 root:huiying "$etc/huiying.yaml"
  own 640 root:huiying "$etc/sources.yaml"
  echo "已生成 $etc/huiying.yaml 和 sources.yaml"
fi
for folder in "$etc/secrets" "$root/var/lib/huiying" "$root/var/backups/huiying"; do
  mkdir -p "$folder"
  own 700 huiying:huiying "$folder"
done

put() { # 从包里的 到系统里的目录
  mkdir -p "$2"
  cp -r "$here/$1"/. "$2"
}
mkdir -p "$root/usr/local/bin"
install -m 755 "$here/huiying" "$root/usr/local/bin/huiying"
put systemd "$root/etc/systemd/system"
put logrotate "$root/etc/logrotate.d"
rm -rf "$at/docs"
put docs "$at/docs"
put nginx "$at/nginx"
put caddy "$at/caddy"
if [ -d "$here/fonts" ]; then
  put fonts "$root/usr/local/share/fonts/huiying"
  [ -n "$root" ] || ! command -v fc-cache >/dev/null || fc-cache
fi

before=$(readlink "$at/venv" || true)
ln -sfn "venv-$release" "$at/venv.new"
mv -T "$at/venv.new" "$at/venv"
[ -n "$root" ] || ! command -v systemctl >/dev/null || systemctl daemon-reload || true

echo "已装好 $release：$at/venv/bin/huiying"
if [ -n "$before" ] && [ "$before" != "venv-$release" ]; then
  echo "原来的 ${before#venv-} 还在：换回去的办法见 $at/docs/operations.md“升级和退回”"
  echo "接下来：systemctl restart 'huiying@*'"
else
  echo "接下来（详见 $at/docs/operations.md）："
  echo "  1. 改好 $etc/huiying.yaml，运行 sudo huiying doctor"
  echo "  2. systemctl enable --now huiying@up huiying-backup.timer"
  echo "  3. 首次登录的密码在 $root/var/lib/huiying/first-login.txt"
fi
