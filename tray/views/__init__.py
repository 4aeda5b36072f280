"""What people see: icon, menu, notifications, window, text."""
