"""Questions in and out as files: from bytes to rows, from rows to drafts, and back."""
