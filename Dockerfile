# docker build . -t whose-prose
# docker run -p 7860:7860 whose-prose
FROM python:3.11-slim

# No curl in this image: the health check is Python's.
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --create-home --uid 1000 user
WORKDIR /home/user/app

# The build of torch for processors alone; the one on PyPI brings gigabytes for graphics cards.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements.txt .
RUN pip install --extra-index-url "$TORCH_INDEX" -r requirements.txt

COPY --chown=user:user models models
COPY --chown=user:user train train
COPY --chown=user:user app.py README.md LICENSE ./
COPY --chown=user:user authorship authorship
COPY --chown=user:user explain explain
COPY --chown=user:user page page

USER 1000
EXPOSE 7860

HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=8)"]

CMD ["python", "app.py", "--host", "0.0.0.0", "--port", "7860"]
