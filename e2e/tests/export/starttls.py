"""STARTTLS before a server that has none: python3 starttls.py PORT SERVER-PORT KEY CERTIFICATE."""

import socket
import ssl
import sys
import threading

port, server_port = int(sys.argv[1]), int(sys.argv[2])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certfile=sys.argv[4], keyfile=sys.argv[3])


def carry(source, sink):
    try:
        while data := source.recv(4096):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    lines = client.makefile("rb")
    client.sendall(b"220 proxy.example ESMTP\r\n")
    lines.readline()
    client.sendall(b"250-proxy.example\r\n250 STARTTLS\r\n")
    lines.readline()
    client.sendall(b"220 2.0.0 Go ahead\r\n")
    client = context.wrap_socket(client, server_side=True)
    server = socket.create_connection(("127.0.0.1", server_port))
    # Its greeting was given before TLS.
    greeting = server.makefile("rb", buffering=0)
    greeting.readline()
    threading.Thread(target=carry, args=(client, server), daemon=True).start()
    carry(server, client)
    client.close()


listener = socket.create_server(("127.0.0.1", port))
print("listening")
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
