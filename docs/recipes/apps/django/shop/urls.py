"""The addresses of the shop."""

from django.urls import path

from shop import views

urlpatterns = [
    path("users", views.sign_up),
    path("users/confirmation", views.confirm),
    path("sign-in", views.sign_in),
    path("sign-in/code", views.sign_in_with_code),
    path("authenticator", views.new_authenticator),
    path("authenticator/code", views.set_up_authenticator),
    path("orders", views.orders, name="orders"),
]
