#!/usr/bin/env bash
# Makes one file from which a machine without any network is installed: `make bundle [ARCH=aarch64] [FONTS=]`.
#
# In it: every locked wheel and our own (with model and word lists), pip, Chinese fonts, units, proxy samples, docs,
# install.sh, checksums. The same commit and the same fonts give the same bytes.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
arch=${ARCH:-$(uname -m)}
fonts=${FONTS-fonts-noto-cjk fonts-arphic-ukai}
python=${PYTHON:-python3.11}
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH PIP_DISABLE_PIP_VERSION_CHECK=1

name=huiying-$version-linux-$arch-cp311
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bundle=$scratch/$name
mkdir -p "$bundle/wheels" build

echo "正在下载依赖（$arch，Python 3.11）……"
# From glibc 2.28 on: the distributions that offices run are older than the machine that this is made on.
platforms=()
for tag in manylinux_2_28 manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 manylinux2014 manylinux_2_12 \
  manylinux2010 manylinux_2_5 manylinux1; do
  platforms+=(--platform "${tag}_$arch")
done
"$python" -m venv "$scratch/tools"
"$scratch/tools/bin/pip" install --quiet --require-hashes --requirement requirements-build.lock
"$scratch/tools/bin/pip" download --quiet --require-hashes --no-deps --only-binary :all: "${platforms[@]}" \
  --implementation cp --python-version 3.11 --abi cp311 --abi abi3 --abi none \
  --dest "$bundle/wheels" --requirement requirements.lock
# What installs them: the machine's own pip may be too old, or missing.
"$scratch/tools/bin/pip" download --quiet --require-hashes --no-deps --only-binary :all: --dest "$bundle/tools" \
  --requirement requirements-build.lock
rm "$bundle"/tools/setuptools-*.whl

echo "正在打包程序……"
# From a copy of what is tracked: nothing that an earlier build left behind gets in.
mkdir "$scratch/source"
git ls-files -z | tar --null --files-from - --create | tar --extract --directory "$scratch/source"
"$scratch/tools/bin/pip" wheel --quiet --no-build-isolation --no-deps --wheel-dir "$scratch/ours" "$scratch/source"
{
  cat requirements.lock
  echo "huiying==$version --hash=sha256:$(sha256sum "$scratch"/ours/*.whl | cut -d ' ' -f 1)"
} >"$bundle/wheels.lock"
mv "$scratch"/ours/*.whl "$bundle/wheels"

for package in $fonts; do
  if ! dpkg-query --listfiles "$package" >/dev/null 2>&1; then
    echo "没有装 $package，包里不含这套字体：请先安装，或写 FONTS= 表示不要" >&2
    exit 1
  fi
  mkdir -p "$bundle/fonts/$package"
  # Both may be passed on (OFL; Arphic Public License) if their licence goes along.
  dpkg-query --listfiles "$package" | grep -E '\.(ttc|ttf|otf)$' | xargs -r cp --target-directory "$bundle/fonts/$package"
  cp "/usr/share/doc/$package/copyright" "$bundle/fonts/$package/copyright"
done

cp LICENSE README.md CHANGELOG.md "$bundle"
cp -r "$scratch/source/docs" "$bundle/docs"
for part in systemd nginx caddy logrotate; do cp -r "$scratch/source/deploy/$part" "$bundle/$part"; done
cp deploy/bundle/install.sh deploy/bundle/huiying "$bundle"
printf '%s\n' "$version" >"$bundle/VERSION"
printf '%s\n' "$arch" >"$bundle/ARCH"

deploy/bundle/pack.sh "$bundle" "build/$name.tar.gz"
echo "已生成 build/$name.tar.gz（$(du -h "build/$name.tar.gz" | cut -f 1)）和 build/$name.tar.gz.sha256"
