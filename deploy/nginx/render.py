"""Fill in the nginx configuration: `python deploy/nginx/render.py --server-name study.example.org ...`."""

import argparse
import sys
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "src" / "hristudio_web" / "static"
CERTIFICATES = "/etc/letsencrypt/live"
# As the dashboard says it; a test compares the two.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def main() -> None:
    """Print it, or write it to a file."""
    given = arguments()
    text = render(given)
    if given.output:
        given.output.write_text(text)
    else:
        sys.stdout.write(text)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fill in the nginx configuration of HRIStudio's dashboard.")
    parser.add_argument("--server-name", required=True, help="name by which browsers call")
    parser.add_argument(
        "--upstream",
        action="append",
        metavar="HOST:PORT",
        help="a process of `hristudio web`; once for each (default: 127.0.0.1:8000)",
    )
    parser.add_argument("--certificate", type=Path, help=f"(default: {CERTIFICATES}/NAME/fullchain.pem)")
    parser.add_argument("--certificate-key", type=Path, help=f"(default: {CERTIFICATES}/NAME/privkey.pem)")
    parser.add_argument(
        "--static", type=Path, default=STATIC, help="folder of static files (default: %(default)s)"
    )
    parser.add_argument("--log", type=Path, default=Path("/var/log/nginx"), help="folder of logs")
    parser.add_argument(
        "--acme-root", type=Path, default=Path("/var/www/acme"), help="answers for Let's Encrypt"
    )
    parser.add_argument("--http-port", type=int, default=80)
    parser.add_argument("--https-port", type=int, default=443)
    parser.add_argument("--api-rate", type=int, default=10, help="requests a second to /api of one address")
    parser.add_argument("--api-burst", type=int, default=20, help="how many of them may come at once")
    parser.add_argument("--output", type=Path, help="file to write (default: print)")
    return parser.parse_args(words)


def render(given: argparse.Namespace) -> str:
    certificates = Path(CERTIFICATES) / given.server_name
    upstreams = given.upstream or ["127.0.0.1:8000"]
    # nginx's own variables stand without braces and are left alone.
    return Braces((HERE / "hristudio.conf.template").read_text()).substitute(
        SERVER_NAME=given.server_name,
        UPSTREAM="".join(f"    server {address} max_fails=3 fail_timeout=5s;\n" for address in upstreams),
        CERTIFICATE=given.certificate or certificates / "fullchain.pem",
        CERTIFICATE_KEY=given.certificate_key or certificates / "privkey.pem",
        CONTENT_SECURITY_POLICY=CONTENT_SECURITY_POLICY,
        STATIC=given.static,
        LOG=given.log,
        ACME_ROOT=given.acme_root,
        HTTP_PORT=given.http_port,
        HTTPS_PORT=given.https_port,
        HTTPS_SUFFIX="" if given.https_port == 443 else f":{given.https_port}",
        API_RATE=given.api_rate,
        API_BURST=given.api_burst,
    )


class Braces(Template):
    """Names in braces and capitals alone."""

    pattern = r"\$(?:\{(?P<braced>[A-Z_]+)\}|(?P<escaped>(?!))|(?P<named>(?!))|(?P<invalid>(?!)))"


if __name__ == "__main__":
    main()
