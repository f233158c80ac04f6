from django.db.models import Model
from django.utils.functional import Promise
from wagtail import hooks
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from unions.admin_forms import OwnNameForm
from unions.choosers import union_chooser
from unions.spreadsheets import neutral_cell
from unions.viewsets import RegisterViewSetGroup

# The stock panel asks for first and last name, which a member does not have.
NameEmailSettingsPanel.form_class = OwnNameForm
# Whatever list the admin exports: what people typed becomes no formula where it is opened.
SpreadsheetExportMixin.custom_value_preprocess = {
    **SpreadsheetExportMixin.custom_value_preprocess,
    (str, Promise, Model): dict.fromkeys(SpreadsheetExportMixin.FORMATS, neutral_cell),
}


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [RegisterViewSetGroup(), union_chooser]
