"""The peer of versus_flask: a view that calls the model inside the request, without database or accounts."""

import os

import openai
from flask import Flask, request

app = Flask(__name__)
client = openai.OpenAI(base_url=os.environ["PEER_MODEL_URL"], api_key="none", max_retries=0)
INSTRUCTIONS = "You are a patient. You have had a pain in the chest for two hours."


@app.post("/say")
def say() -> dict[str, str]:
    """Return the patient's reply."""
    said = request.get_json()["content"]
    return {"reply": client.responses.create(model="m", instructions=INSTRUCTIONS, input=said, store=False).output_text}
