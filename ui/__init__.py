"""What people see: pages in Python with NiceGUI, and the HTTP routes for recordings."""
