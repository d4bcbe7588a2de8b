# Sourced by ./godwit and ./dev with the repository in $root: where .NET is, and a home that it can write to.

find_dotnet() {
    command -v dotnet >/dev/null && return
    local place
    for place in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet "${HOME:-}/.dotnet"; do
        if [ -x "$place/dotnet" ]; then
            PATH="$place:$PATH"
            return
        fi
    done
    echo "Godwit needs the .NET 10 SDK, and there is no 'dotnet' here." >&2
    echo "Install it (https://dotnet.microsoft.com/download), or set DOTNET_ROOT to its folder." >&2
    exit 1
}

# The SDK keeps packages and settings in the home folder. Service accounts and containers often have none.
quiet_dotnet() {
    if [ ! -w "${HOME:-/nonexistent}" ]; then
        mkdir -p "$root/artifacts/home"
        export HOME="$root/artifacts/home"
    fi
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
    export DOTNET_GENERATE_ASPNET_CERTIFICATE=false
}
