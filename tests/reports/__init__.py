"""Reports on configurations, in every form."""
