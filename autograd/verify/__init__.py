"""Checking work that was done by hand: claims about the values and derivatives of a program."""

from autograd.verify.check import verify, verify_file
from autograd.verify.classroom import ClassReport, verify_submissions
from autograd.verify.report import Claim, Report
from autograd.verify.verdict import Verdict

__all__ = [
    "Claim",
    "ClassReport",
    "Report",
    "Verdict",
    "verify",
    "verify_file",
    "verify_submissions",
]
