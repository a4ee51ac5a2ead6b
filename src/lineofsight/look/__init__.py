"""What files hold: types, roles, copies, leaks and joins, before anything is declared."""
