from datetime import date


def trigger(data):
    """The gate: asked at every tick, and main runs if it says true."""
    today = date.today().isoformat()
    if data.get("day") != today:
        data["day"] = today
        data["today"] = 0
    return data["today"] < 3
