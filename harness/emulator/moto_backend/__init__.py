"""The seam to moto. Only this folder and two files of ``server`` import moto."""
