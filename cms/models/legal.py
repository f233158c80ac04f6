"""The legal lines under every page."""

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

CACHE_KEY = "cms.site-legal"


@register_setting(icon="form")
class SiteLegal(BaseGenericSetting):
    """Edited under 设置 → 站点信息; read on every page through a cache that a save clears."""

    sponsor = models.CharField(
        _("主办与编发"), max_length=100, default="省总工会主办 · 融媒体中心编发"
    )
    hotline = models.CharField(
        _("服务热线"), max_length=100, default="职工维权服务热线 12351，7×24 小时"
    )
    icp_number = models.CharField(_("ICP 备案号"), max_length=60, blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    police_url = models.URLField(_("公安备案查询地址"), blank=True)
    note = models.CharField(
        _("页脚说明"), max_length=100, blank=True, help_text=_("如：本站人物、单位与数据均为示例")
    )

    panels = [
        FieldPanel("sponsor"),
        FieldPanel("hotline"),
        FieldPanel("icp_number"),
        FieldPanel("police_number"),
        FieldPanel("police_url"),
        FieldPanel("note"),
    ]

    class Meta:
        verbose_name = _("站点信息")
        verbose_name_plural = _("站点信息")

    @classmethod
    def current(cls) -> "SiteLegal":
        """The lines now; the defaults while nobody has saved any. One query per hour at most."""
        found = cache.get(CACHE_KEY)
        if found is None:
            found = cls.objects.first() or cls()
            cache.set(CACHE_KEY, found, 3600)
        return found

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        cache.delete(CACHE_KEY)
