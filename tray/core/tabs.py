"""The pages of window and browser page, in their order: their names, and their titles."""

from __future__ import annotations

from typing import Literal

Tab = Literal["usage", "activity", "insights"]
TABS: dict[Tab, str] = {"usage": "Usage", "activity": "Activity", "insights": "Insights"}
