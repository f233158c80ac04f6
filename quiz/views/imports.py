"""Questions in and out as a file, in the admin: look first, then write in the background.

Also by which number such a file names a picture or a recording.
"""

import hashlib
from urllib.parse import quote

from django import forms
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import permission_required

from media.models import SiteImage, SiteMedia, outside_private_collections
from quiz import services
from quiz.models import Question, QuestionBank, QuestionImport
from quiz.transfer import document
from quiz.transfer.upload import Upload, read
from quiz.transfer.workbook import written
from quiz.workbooks import saved_as
from unions import tables

MOST_LISTED = 24
THUMBNAIL = "max-165x165"  # the size of Wagtail's own list, made already
may_import = permission_required("quiz.add_question")
may_export = permission_required("quiz.change_question")


class QuestionUploadForm(forms.Form):
    """A file of questions; `cleaned_data["file"]` is the `Upload` read from it."""

    bank = forms.ModelChoiceField(
        QuestionBank.objects.all(),
        label=gettext_lazy("导入到题库"),
        error_messages={"required": gettext_lazy("请选择题库。")},
    )
    file = forms.FileField(
        label=gettext_lazy("题目文件"),
        help_text=gettext_lazy(
            "Excel（.xlsx）、CSV 或 Word（.docx），10 MB 以内，一次最多 20,000 题。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.docx"}),
        error_messages={
            "required": gettext_lazy("请选择文件。"),
            "empty": gettext_lazy("文件是空的。"),
        },
    )

    def clean_file(self) -> Upload:
        upload = self.cleaned_data["file"]
        if upload.size > tables.MAX_FILE:
            raise forms.ValidationError(_("文件超过 10 MB，请分成几份导入。"), code="too_large")
        content = upload.read()
        self.filename, self.digest = upload.name, hashlib.sha256(content).hexdigest()
        try:
            return read(content)
        except tables.TableError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


@require_safe
@may_import
def template(request):
    """The workbook to fill in."""
    return saved_as(_("题目模板"), written([]))


@require_safe
@may_export
def export(request, pk):
    """All questions of a bank, whatever their state, in the form that the import takes."""
    bank = get_object_or_404(QuestionBank, pk=pk)
    return saved_as(bank.name, written(Question.objects.of_bank(bank)))


@require_safe
@may_export
def export_word(request, pk):
    """The same as a Word file."""
    bank = get_object_or_404(QuestionBank, pk=pk)
    content = document.written(bank.name, Question.objects.of_bank(bank))
    return saved_as(bank.name, content, "docx")


@require_safe
@never_cache
@may_import
def numbers(request):
    """The newest pictures and recordings, or those whose title or number was asked for."""
    words = request.GET.get("q", "").strip()[:100]
    pictures = found_by(words, SiteImage.objects.prefetch_renditions(THUMBNAIL))
    sounds = found_by(words, SiteMedia.objects.filter(type="audio"))
    context = {
        "words": words,
        "pictures": pictures[:MOST_LISTED],
        "sounds": sounds[:MOST_LISTED],
        "most": MOST_LISTED,
        "cut": len(pictures) > MOST_LISTED or len(sounds) > MOST_LISTED,
    }
    return render(request, "quiz/admin/numbers.html", context)


def found_by(words, rows):
    """Of `rows` of the library what is in no private collection and bears `words` in its title or
    as its number, the newest first; one more than is listed, to tell that there are more."""
    asked = Q(title__icontains=words)
    if words.isascii() and words.isdigit() and len(words) < 19:
        asked |= Q(pk=int(words))
    return list(outside_private_collections(rows).filter(asked).order_by("-pk")[: MOST_LISTED + 1])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_import
def upload(request):
    """Choose bank and file; what is wrong in it is listed, what is right is kept for the look."""
    form = QuestionUploadForm(request.POST or None, request.FILES or None)
    context = {"form": form, "orders": QuestionImport.objects.latest_of(request.user)}
    if request.method != "POST":
        form.initial = {"bank": request.GET.get("bank")}
        return render(request, "quiz/admin/import.html", context)
    if not form.is_valid():
        return render(request, "quiz/admin/import.html", context, status=422)
    bank, found = form.cleaned_data["bank"], form.cleaned_data["file"]
    plan = services.plan_questions(bank=bank, rows=found.rows)
    if plan.errors:
        context |= {"plan": plan, "word": found.word}
        return render(request, "quiz/admin/import.html", context, status=422)
    order = services.prepare_import(
        bank=bank, member=request.user, filename=form.filename, digest=form.digest, upload=found
    )
    response = redirect("quiz_import", order.pk)
    if found.ignored:
        response["Location"] += f"?ignored={quote('、'.join(found.ignored)[:200])}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_import
def imported(request, pk):
    """The own import: what it would do, how far it is, or what it did. Others' do not exist."""
    order = get_object_or_404(QuestionImport.objects.of(request.user), pk=pk)
    if request.method == "POST":
        skip = request.POST.get("skip_duplicates") == "on"
        services.order_import(order=order, skip_duplicates=skip)
        return redirect("quiz_import", order.pk)
    context = {"order": order}
    if order.state == order.State.PREVIEW:
        plan = services.plan_questions(bank=order.bank, rows=services.rows_of(order))
        context |= {"plan": plan, "ignored": request.GET.get("ignored", "")[:200]}
    return render(request, "quiz/admin/imported.html", context)


admin_urls = [
    path("quiz/import/", upload, name="quiz_import_upload"),
    path("quiz/import/template.xlsx", template, name="quiz_import_template"),
    path("quiz/import/numbers/", numbers, name="quiz_import_numbers"),
    path("quiz/import/<int:pk>/", imported, name="quiz_import"),
    path("quiz/banks/<int:pk>/export.xlsx", export, name="quiz_export"),
    path("quiz/banks/<int:pk>/export.docx", export_word, name="quiz_export_word"),
]
