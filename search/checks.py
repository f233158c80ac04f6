"""Settings of search that can't work, told at start."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.utils.translation import gettext as _


@register()
def server_can_be_asked(app_configs, **kwargs):
    """Each address in `ELASTICSEARCH_URL` is complete, and there is one way to sign in."""
    if not settings.ELASTICSEARCH_URL:
        return []
    errors = []
    hosts = [host.strip() for host in settings.ELASTICSEARCH_URL.split(",")]
    if not all(_is_complete(host) for host in hosts):
        errors.append(
            Error(
                _("ELASTICSEARCH_URL 里的地址不完整。"),
                hint=_(
                    "每个地址都要写协议、主机和端口，例如 https://search:9200；多个用逗号隔开。"
                ),
                id="search.E001",
            )
        )
    if settings.ELASTICSEARCH_API_KEY and any("@" in host for host in hosts):
        errors.append(
            Error(
                _("Elasticsearch 的用户名和 API 密钥只能用一种。"),
                hint=_("去掉地址里的用户名和密码，或清空 ELASTICSEARCH_API_KEY。"),
                id="search.E002",
            )
        )
    certificates = settings.ELASTICSEARCH_CA_CERTS
    if certificates and not Path(certificates).is_file():
        errors.append(
            Error(
                _("ELASTICSEARCH_CA_CERTS 指的文件不存在：%(path)s") % {"path": certificates},
                hint=_("写证书颁发机构证书（PEM）的路径；公共机构签发的证书不用填。"),
                id="search.E003",
            )
        )
    return errors


def _is_complete(host: str) -> bool:
    try:
        parts = urlsplit(host)
        return parts.scheme in ("http", "https") and bool(parts.hostname and parts.port)
    except ValueError:
        return False
