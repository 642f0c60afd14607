"""What stands between the network and the page: routes, sizes, shapes, files, headers."""
