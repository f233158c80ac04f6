from wagtail import hooks
from wagtail.admin.views.account import NameEmailSettingsPanel

from unions.admin_forms import OwnNameForm
from unions.viewsets import RegisterViewSetGroup

# The stock panel asks for first and last name, which a member does not have.
NameEmailSettingsPanel.form_class = OwnNameForm


@hooks.register("register_admin_viewset")
def register_viewsets():
    return RegisterViewSetGroup()
