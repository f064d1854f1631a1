"""PDFs that tests make for themselves."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

__all__ = ["write_locked", "write_pdf", "write_scan"]


def write_pdf(path: Path, *pages: str) -> Path:
    """A PDF with these pages; an empty one has no text."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for page in pages:
        pdf.add_page()
        if page:
            pdf.multi_cell(w=180, text=page)
    pdf.output(str(path))
    return path


def write_scan(path: Path) -> Path:
    """A PDF whose pages are only drawn on."""
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.rect(x=20, y=20, w=100, h=100)
    pdf.output(str(path))
    return path


def write_locked(path: Path, password: str) -> Path:
    """A PDF with a page of text, encrypted."""
    writer = PdfWriter(clone_from=PdfReader(write_pdf(path, "Three wrong passwords.")))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    writer.write(path)
    writer.close()
    return path
