"""What moto's run loads, by the name of its module alone: in it, `tests` are moto's."""
