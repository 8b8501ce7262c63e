DROP TABLE usual_restarts;
